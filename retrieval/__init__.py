"""Finding passages: chunk, embed, dense, lexical, fuse, store."""
