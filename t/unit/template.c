#include "unit.h"

#include "cli/relay/template.h"

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
