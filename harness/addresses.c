#include "addresses.h"

#include <sys/personality.h>

#define PAGE_BYTES 4096u
/* Mappings begin below the stack's soft limit, which counts from 128 MiB on (mmap_base in the kernel). */
#define GAP_BYTES ((rlim_t)192 << 20)

bool ht_addresses_share(uint32_t mapping_pages, struct ht_addresses *before) {
    *before = (struct ht_addresses){.personality = -1};
    int now = personality(0xffffffff); /* asks, and changes nothing */
    if (now < 0 || personality((unsigned long)now | ADDR_NO_RANDOMIZE) < 0)
        return false;
    before->personality = now;
    struct rlimit lower;
    if (getrlimit(RLIMIT_STACK, &before->stack) != 0)
        return true;
    lower = before->stack;
    lower.rlim_cur = GAP_BYTES + (rlim_t)mapping_pages * PAGE_BYTES;
    if (lower.rlim_cur <= lower.rlim_max)
        before->moved = setrlimit(RLIMIT_STACK, &lower) == 0;
    return true;
}


void ht_addresses_restore(const struct ht_addresses *before) {
    if (before->moved)
        setrlimit(RLIMIT_STACK, &before->stack);
    if (before->personality >= 0)
        personality((unsigned long)before->personality);
}
