/*
 * profiles: which profiles there are: ours, and those of leadsheet.conf, which
 * go over ours of the same name.
 */
#ifndef PROFILES_H
#define PROFILES_H

#include "base/bytes.h"
#include "base/fault.h"
#include "config/conf.h"
#include "profile/profile.h"

/* The word that stands for all of them, and is the name of none. */
#define PROFILES_LIST "list"

/*
 * The profile of that name.  1; 0 when there is none; or -1 with the fault
 * set: the first line of it that is wrong, with the file's path and the number.
 */
int profiles_find(struct profile *, const struct conf *, const char *path,
    const char *name, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Tell each line that is wrong, of all profiles in leadsheet.conf. */
void profiles_tell(const struct conf *, const char *path,
    void (*tell)(void *, const char *what), void *context)
    __attribute__((nonnull(1, 2, 3)));

/* Call what with each name, ours first. */
void profiles_each(const struct conf *, void (*what)(void *, const char *name),
    void *context) __attribute__((nonnull(1, 2)));

/* Append all of them, in the lines that leadsheet.conf would have. */
void profiles_write(const struct conf *, const char *path, struct bytes *)
    __attribute__((nonnull));

#endif
