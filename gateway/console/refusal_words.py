"""Sentences with a number or a name in them, with which the rooms behind the pages refuse something."""

from __future__ import annotations

from gateway.console.languages import marked

WITH = (
    marked("This would be %(count)s messages; %(most)s are the most. Please shorten it."),
    marked("That is longer than %(most)s characters. Please shorten it."),
    marked("A list of more than %(most)s characters cannot be kept. Please shorten it."),
    marked("“%(words)s” stands in none of its texts. Write the words as they stand there."),
    marked("At most %(most)s words or phrases can be hidden."),
    marked("At most %(most)s words or phrases, each of at most %(letters)s characters."),
    marked("There is a person called %(login)s already."),
    marked("A code name has at most %(most)s letters, and no telephone number in it."),
    marked("Somebody else is working on this report, for %(minutes)s more minutes at most."),
    marked("%(incident)s was closed. Open it again on its own page first."),
    marked("Give the filter a name of at most %(most)s characters."),
    marked("You have %(most)s filters already. Remove one first."),
    marked("Choose at most %(most)s reports at once."),
    marked("What came since keeps this back. Return it with a reason. %(why)s"),
    marked("The standing of %(incident)s no longer allows this. Return the proposal, or set the standing again."),
)
