// What the processes have in common that the launcher leaves behind.
#pragma once

#include <stdbool.h>

// Puts this process into a session of its own, under this name (at most 15 characters), deaf to
// the signals that would end it: it answers to the launcher alone, and a stray signal must not make
// a container look ended.
bool background_detach(const char *name);

// Turns standard input, output and error into /dev/null, so that whoever reads the other end sees
// its end when the container's own copies are closed.
bool background_drop_streams(void);
