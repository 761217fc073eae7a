// `exec`: a further process in a container.
//
// The runc shim signals such a process by the id in its pid file, not through the runtime. `runsc
// exec` on its own would pass few of those signals on, and SIGKILL would end `runsc exec` and leave
// the container's process running. So two processes stay behind: the stand-in, whose id is in the
// pid file, takes the shim's signals and ends with the exit code; the minder runs `runsc exec`,
// passes signals on with `runsc kill`, and kills the container's process when its stand-in is gone.
#pragma once

#include "runsc.h"

// Runs a process in a container and leaves the two processes behind. The exit code of this call.
int execution_begin(const struct runsc *runsc);
