"""The exercise: a second instance, of an invented country, where every screen has something to show."""
