"""Demo data of the shortener: people, a hundred links, a month of clicks."""
