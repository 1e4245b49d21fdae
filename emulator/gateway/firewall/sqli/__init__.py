"""SQL injection: cuts a text into the tokens a database would see, and looks for shapes that only an attack has."""
