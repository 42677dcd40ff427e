"""Stories through the real product: started as a person starts it, used in a real browser."""
