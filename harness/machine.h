/* machine.h: what this machine is, as far as it can be read. */
#ifndef HEAPTOLL_MACHINE_H
#define HEAPTOLL_MACHINE_H

#include <jansson.h>

/* A new JSON object with the machine's facts; a fact that cannot be read is null, never a guess. */
json_t *ht_machine_facts(void);

/* Settings in the environment that change what an allocator does, as "NAME=value" strings. */
json_t *ht_allocator_environment(void);

#endif
