/*
 * addresses.h: one address space for all lanes of a launch.
 *
 * The kernel puts stack, heap and libraries of every process somewhere else. Two lanes that run the same code
 * then differ by what their addresses do to predictors and caches: by several per cent in one launch of ten.
 * With shared addresses the kernel's chance is off, and the launch draws in its place, once for all of its
 * lanes: what remains between two lanes is what differs between their programs.
 */
#ifndef HEAPTOLL_ADDRESSES_H
#define HEAPTOLL_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

/* What this process had before ht_addresses_share. */
struct ht_addresses {
    int personality; /* -1: unchanged */
    bool moved;
    struct rlimit stack;
};

/* How many pages further down the kernel may be made to begin with its mappings. */
#define HT_MAPPING_PAGES 65536u

/* From now on, programs that this process starts lie where every such program lies, their mappings
 * `mapping_pages` (below HT_MAPPING_PAGES) pages further down. False, with errno, where the kernel or a
 * sandbox forbids that; nothing is changed then. A hard limit of the stack below 512 MiB keeps the mappings
 * where they are. */
bool ht_addresses_share(uint32_t mapping_pages, struct ht_addresses *before);

/* Undoes it. */
void ht_addresses_restore(const struct ht_addresses *before);

#endif
