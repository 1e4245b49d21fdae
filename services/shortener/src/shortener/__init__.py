"""The URL shortener: handlers -> use cases (domain) -> ports, implemented by adapters, put together in wiring."""
