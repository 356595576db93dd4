/*
 * jansson: what Jansson's parse of a body costs, and nothing else.
 *
 * usage: jansson FILE COUNT
 * Prints the milliseconds of each of so many parses, by the clock and of CPU.
 */
#define _GNU_SOURCE
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double
now(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int
main(int argc, char **argv)
{
	FILE *in = argc == 3 ? fopen(argv[1], "r") : NULL;
	static char body[16 << 20];
	int left = in == NULL ? 0 : atoi(argv[2]);
	size_t n = in == NULL ? 0 : fread(body, 1, sizeof(body), in);
	double clock, cpu;
	json_t *root;

	while (left-- > 0) {
		clock = now(CLOCK_MONOTONIC);
		cpu = now(CLOCK_PROCESS_CPUTIME_ID);
		if ((root = json_loadb(body, n, 0, NULL)) == NULL)
			return 1;
		cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
		clock = now(CLOCK_MONOTONIC) - clock;
		printf("%.3f %.3f\n", clock, cpu);
		json_decref(root);
	}
	return n == 0;
}
