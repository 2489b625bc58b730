"""Sentences in which findings tell why they were found, and what made a priority, marked for the catalogues.

They are kept as they were found, in English, and are said in the language of whoever reads them (`said_words`).
"""

from __future__ import annotations

from gateway.console.languages import marked

WITH = (
    marked("%(words)s, taken together, may speak of: %(kind)s."),
    *(marked("%(words)s may speak of: %(kind)s."), marked("%(words)s speaks of: %(kind)s.")),
    marked("%(words)s names %(place)s, written as on the list."),
    marked("%(words)s names %(place)s, in another spelling."),
    marked("%(words)s names %(place)s, nearly as on the list."),
    marked("There is also: %(places)s."),
    marked("The example reports use %(words)s of it."),
    marked("The example reports use %(words)s of: %(kind)s."),
    marked("The example reports use %(words)s where it is urgent."),
    marked("But in the example reports %(words)s rather speak against it."),
    marked("Less urgent: in the example reports %(words)s are rather used where it is not."),
    marked("Less urgent: the example reports use %(words)s of years ago."),
    marked("Less urgent: the example reports use %(words)s where it is denied."),
    marked("Less urgent: the example reports use %(words)s where it is over."),
    marked("Less urgent: it may be over (%(words)s)."),
    marked("Less urgent: it was days or weeks ago (%(words)s)."),
    marked("Speaks of now: %(words)s."),
    marked("Speaks of what is about to happen: %(words)s."),
    marked("Speaks of the last hours or days: %(words)s."),
    marked("Speaks of years ago: %(words)s."),
    marked("Speaks of young people: %(words)s."),
    marked("Speaks of %(count)s people: %(words)s."),
    marked("People may be shut in or under the ground: %(words)s."),
    marked("Somebody may be dying or badly hurt: %(words)s."),
    marked("Somebody may still be in there: %(words)s."),
    marked("Asks for help: %(words)s."),
    marked("Danger to life or freedom: %(kind)s."),
    marked("Harm to a person: %(kind)s."),
    marked("%(words)s denies something."),
    marked("What it denies: %(words)s."),
    marked("%(language)s words: %(words)s."),
    marked("Forms of %(language)s: %(words)s."),
    marked("These words are %(language)s: %(words)s."),
    marked("The letters of its words are %(language)s."),
    marked("The same place: %(places)s."),
    marked("A place nearby: %(places)s."),
    marked("The same kind: %(kinds)s."),
    marked("Both speak of %(count)s people."),
    marked("But %(here)s people here, %(there)s there."),
    marked("They came %(hours)s h apart."),
    marked("How urgent it is, of %(most)s at most"),
    marked("How grave it is, of 40 at most: %(kind)s (%(listed)s on the list of kinds, %(sure)s of 100 sure)"),
    marked("It looks like no report, so that little is left of this: %(kind)s"),
)
WHOLE = (
    marked("More exact than a ward: a person confirms it."),
    marked("They came within the hour."),
    marked("The text denies it."),
    marked("It speaks of years ago."),
    marked("It is said of what may come, not of what happened."),
    marked("But its numbers differ: it may be another incident told in the same words."),
    marked("Two people seldom choose the same words: it may be one telling passed on, and then counts once."),
    marked("It names a place that is known"),
    marked("It names no place that is known"),
    marked("How grave it is, of 40 at most: no kind of incident was found that counts"),
    marked("More than 100 counts as 100"),
    *(marked("national identity number"), marked("passport number"), marked("e-mail address"), marked("vehicle plate")),
    *(marked("telephone or other long number"), marked("name of a person"), marked("address")),
)
