/*
 * relays: what is wrong with a relay of leadsheet.conf, or that nobody runs it.
 * How one that runs stands with its target is for reader/stuck.h to tell.
 */
#ifndef RELAYS_H
#define RELAYS_H

struct cli;

struct relays_trouble {
	const char *text;   /* what is so; without a remedy a whole sentence */
	const char *remedy; /* or NULL */
};

enum relays_look { RELAYS_FINE, RELAYS_TOLD, RELAYS_UNSEEN };

/*
 * Look at the relay of that name, and tell of each trouble; UNSEEN: whoever
 * runs this may not read its secret or its URL, and nothing was told.
 * Afterwards the time zone in use is that of all endpoints.
 */
enum relays_look relays_look(const struct cli *, const char *name,
    void (*tell)(void *, const struct relays_trouble *), void *context)
    __attribute__((nonnull(1, 2, 3)));

/* The same of all; tell gets a sentence with the remedy. */
void relays_each(const struct cli *, void (*tell)(void *, const char *),
    void *context) __attribute__((nonnull(1, 2)));

/*
 * Have times told in an endpoint's time zone, or with NULL in that of all; in
 * UTC where the settings name a wrong one.
 */
void relays_use_zone(const struct cli *, const char *endpoint)
    __attribute__((nonnull(1)));

#endif
