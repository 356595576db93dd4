/*
 * health: GET /health, for whoever watches over this machine.
 */
#ifndef HEALTH_H
#define HEALTH_H

#include "http/response.h"
#include "http/stores.h"

/* Could each endpoint below home keep a delivery now, and is there one? */
void health_answer(const char *home, struct stores *, struct response *)
    __attribute__((nonnull));

#endif
