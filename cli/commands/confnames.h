/*
 * confnames: the names that leadsheet.conf gives, for completion: one that
 * can't be read gives none.
 */
#ifndef CONFNAMES_H
#define CONFNAMES_H

/* Call take with the name of each profile, ours too; of each relay. */
void confnames_profiles(const char *home, void (*take)(void *, const char *),
    void *context) __attribute__((nonnull(1, 2)));
void confnames_relays(const char *home, void (*take)(void *, const char *),
    void *context) __attribute__((nonnull(1, 2)));

#endif
