// Signals for whatever runs in the foreground of a container's terminal.
#pragma once

#include <stdbool.h>

// Sends a signal to the foreground process group of a container's terminal. `runsc kill` cannot
// name that group, so this asks the sandbox itself, over its control socket in the parent directory
// of `directory`, with the call that `runsc run` uses for the same purpose. Reports failures as
// warnings.
bool foreground_signal(int directory, const char *sandbox, const char *id, int signal);
