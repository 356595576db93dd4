/*
 * page: what the program knows for as long as it runs, and what a screen gets
 * to answer a visit.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdint.h>

#include "access/readers.h"
#include "base/fault.h"
#include "config/conf.h"
#include "config/settings.h"
#include "page/data/catalog.h"
#include "page/data/choice.h"
#include "page/data/lead.h"
#include "page/http/reply.h"
#include "page/http/visit.h"

struct page {
	const char *home; /* borrowed */
	struct conf conf;
	struct settings settings; /* those that hold for no endpoint in particular */
	char key[65];
	struct catalog *catalog; /* NULL until a screen wants it; owned */
	int by_server;           /* login = server */
	const char *language;    /* "en", "de", or "": as the browser asks */
};

/* A visit that a screen answers: who it is, and what they ask for. */
struct viewing {
	struct page *page;
	const struct visit *visit;
	struct reply *reply;
	const char *language; /* "en" or "de": see screens/words.h */
	const char *reader;   /* the name; "" where nobody logged in */
	int has_login;        /* by a session of ours: there is a logout */
	struct catalog_scope scope;
	struct catalog_state state;
	struct choice choice;
	struct lead lead; /* the one in hand */
};

#endif
