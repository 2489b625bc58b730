"""Drawing: figures as pictures, in SVG that stands in the page itself. Colours and letters come from the style sheet, so that a
picture is light or dark as its page is; nothing in it is run, and nothing is fetched. Imports pygal, in `charts` alone."""
