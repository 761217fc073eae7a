#pragma once

#include <stdbool.h>

// Opens a pseudo-terminal, sends its master to the unix socket at `path` as runc does, and leaves
// the other side in `*terminal`. Reports failures.
bool terminal_open(const char *path, int *terminal);
