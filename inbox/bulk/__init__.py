"""One act on many conversations: asked for once, done in the background, taken back within ten minutes."""
