// Errors go where containerd looks for them: as JSON lines into the log file that the runc shim
// names, and as plain text to standard error.
#pragma once

#include <stddef.h>

// From now on errors are also appended to `path`; NULL for none.
void report_to(const char *path);

// One error line: what was tried, on what, and why it failed.
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

// As report, in a message that containerd shows but does not take for the failure.
void report_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Writes `message` as the inside of a JSON string: quotes, backslashes and control characters are
// escaped; what does not fit is cut off.
void report_escape(const char *message, char *out, size_t size);
