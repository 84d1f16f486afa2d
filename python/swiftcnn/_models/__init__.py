"""Models: graphs bound to the engine, with their configurations."""
