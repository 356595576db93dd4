#include "unit.h"

#include "cli/deliver/address.h"

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
