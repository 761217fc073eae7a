#pragma once

#include <stdbool.h>

// Opens a pseudo-terminal, sends its master to the unix socket at `path` as runc does, and leaves
// the other side in `*terminal`. Reports failures.
bool terminal_open(const char *path, int *terminal);

// A listening console socket `name` in a directory. -1 on failure, reported.
int terminal_listen(int directory, const char *name);

// Takes the master that runsc has sent to such a socket, passes it on to the one at `path`, and
// leaves the other side of the pseudo-terminal in `*terminal`. Reports failures.
bool terminal_pass_on(int listener, const char *path, int *terminal);
