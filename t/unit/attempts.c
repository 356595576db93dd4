#include "unit.h"

#include "reader/attempts.h"

static void
nothing(void **state)
{
	(void)state;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("nothing yet", nothing),
	};

	return RUN(tests);
}
