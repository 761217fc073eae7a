#pragma once

#include <stdbool.h>
#include <sys/types.h>

// Writes a process id to a file in one step. Reports failures.
bool pidfile_write(const char *path, pid_t pid);

// Reads a process id from a file in `directory`; 0 where there is none (yet).
pid_t pidfile_read(int directory, const char *name);
