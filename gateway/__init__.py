"""The doors: everything that speaks to people and machines outside. It may import all other rooms; none imports it."""
