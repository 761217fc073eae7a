#include "background.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <unistd.h>

bool background_detach(const char *name) {
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    static const int SIGNALS[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM};
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        if (sigaction(SIGNALS[i], &ignored, NULL) < 0) {
            return false;
        }
    }
    return setsid() >= 0 && prctl(PR_SET_NAME, name) == 0;
}

bool background_drop_streams(void) {
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool dropped = nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
                   dup2(nothing, STDOUT_FILENO) >= 0 && dup2(nothing, STDERR_FILENO) >= 0;
    if (nothing > STDERR_FILENO) {
        close(nothing);
    }
    return dropped;
}
