// The library that is dropped: loading it is all it is for.
int sequitur_dropped(void) { return 0; }
