"""The one door: opens cases (办件) and acts on them."""
