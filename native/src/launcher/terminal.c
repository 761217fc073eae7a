#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "report.h"
#include "state.h"

static bool send_master(const char *path, int master) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        report("the console socket's path is too long: %s", path);
        return false;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int console = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (console < 0 || connect(console, (struct sockaddr *)&address, sizeof address) < 0) {
        report("cannot reach the console socket %s: %s", path, strerror(errno));
        if (console >= 0) {
            close(console);
        }
        return false;
    }
    static const char NAME[] = "/dev/ptmx";
    bool sent = state_send(console, NAME, sizeof NAME - 1, &master, 1);
    close(console);
    return sent;
}

bool terminal_open(const char *path, int *terminal) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0 || unlockpt(master) < 0) {
        report("cannot open a pseudo-terminal: %s", strerror(errno));
        return false;
    }
    *terminal = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*terminal < 0) {
        report("cannot open the other side of a pseudo-terminal: %s", strerror(errno));
        close(master);
        return false;
    }
    bool sent = send_master(path, master);
    close(master);
    return sent;
}
