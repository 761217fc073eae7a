// Reads single values out of a JSON text without building a tree: a container's
// config.json may be large, and three strings of it are all that is wanted.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// A piece of a JSON text: one value with nothing around it.
struct json {
    const char *start;
    const char *end;
};

// The one value that `text` consists of. False where the text is not JSON, is followed by
// anything but white space, or nests deeper than 64.
bool json_parse(const char *text, size_t length, struct json *value);

// The member `name` of an object. Of members with the same name the last one counts, as in Go's
// decoder, which containerd and runsc use. False where it is no object or has no such member.
bool json_member(struct json object, const char *name, struct json *value);

// The element of an array after `element`, or the first where its start is NULL. False where there
// is none, or where it is no array.
bool json_next(struct json array, struct json *element);

// Writes a string's characters and a closing NUL into `out`. False where the value is no string,
// holds a NUL or half a surrogate pair, or does not fit.
bool json_string(struct json value, char *out, size_t size);

// A whole number between 0 and 2^31-1.
bool json_number(struct json value, int *out);
