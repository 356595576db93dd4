/*
 * page: what the program knows for as long as it runs, and what a screen gets
 * to answer a visit.
 */
#ifndef PAGE_H
#define PAGE_H

#include <limits.h>

#include "access/readers.h"
#include "base/fault.h"
#include "config/conf.h"
#include "config/settings.h"
#include "page/data/catalog.h"
#include "page/data/lead.h"
#include "page/http/reply.h"
#include "page/http/visit.h"
#include "select/choice.h"

struct page {
	const char *home; /* borrowed */
	char conf_path[PATH_MAX];
	struct conf conf;
	int has_conf; /* it was read */
	/* Those that hold for no endpoint in particular. */
	struct settings settings;
	char key[65];            /* of the last visit that needed it, or "" */
	struct catalog *catalog; /* NULL until a screen wants it; owned */
};

/* A visit that a screen answers: who it is, and what they ask for. */
struct viewing {
	struct page *page;
	const struct visit *visit;
	struct reply *reply;
	const char *rest;     /* of the path, behind its route; borrowed */
	int https;            /* it came by HTTPS */
	int trial;            /* by plain HTTP, from this machine */
	const char *language; /* "en" or "de" */
	const char *reader;   /* the name; "" where nobody logged in */
	int has_login;        /* by a session of ours: there is a logout */
	const struct readers *readers; /* borrowed */
	struct catalog_scope scope;
	struct catalog_state state;
	struct choice choice;
	struct lead lead; /* the one in hand */
};

#endif
