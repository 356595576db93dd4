/*
 * health: GET /health, for whoever watches over this machine.
 */
#ifndef HEALTH_H
#define HEALTH_H

#include "config/conf.h"
#include "http/response.h"
#include "http/stores.h"

/*
 * Could each endpoint below home keep a delivery now, and write its sheet, and
 * is there one?  The settings at path are as they were read.
 */
void health_answer(const char *home, const struct conf *, const char *path,
    struct stores *, struct response *) __attribute__((nonnull));

#endif
