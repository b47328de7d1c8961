"""The shipped territories as they should stand in the database: data and pure functions, no Django."""
