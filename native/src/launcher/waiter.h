// The process that stands on the host for one container of a pod, the first (the sandbox) excepted.
//
// containerd's runc shim hands a container's streams to `create` and watches the process whose id
// `create` leaves in the pid file. runsc takes a container's streams at `start`, and has no process
// of its own for a container. So `create` leaves this process behind: it holds the streams until
// `start` asks for them, then runs `runsc wait`, and ends with the container's exit code.
#pragma once

#include <stdbool.h>

#include "bundle.h"
#include "runsc.h"

// Creates a container that joins a sandbox, and leaves its waiting process behind. The exit code
// of this call.
int waiter_create(const struct runsc *runsc, const struct bundle *bundle);

// Starts such a container. The exit code of this call; -1 where none waits for this id, because it
// is a sandbox.
int waiter_start(const struct runsc *runsc, int directory);

// Ends a container that was created and never started, as if `signal` had reached it. False where
// there is no such container.
bool waiter_end_created(int directory, const char *id, int signal);
