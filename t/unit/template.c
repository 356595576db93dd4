#include "unit.h"

#include "cli/template/template.h"

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
