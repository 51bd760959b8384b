#include "textflag.h"

// The probes of harness/probe.c.

#define TICKS(register) \
	LFENCE; \
	RDTSC; \
	LFENCE; \
	SHLQ $32, DX; \
	ORQ DX, AX; \
	MOVQ AX, register

// func ticks() uint64
TEXT ·ticks(SB), NOSPLIT, $0-8
	TICKS(DI)
	MOVQ DI, ret+0(FP)
	RET

#define TEST_8 \
	TESTQ AX, AX; \
	TESTQ BX, BX; \
	TESTQ DX, DX; \
	TESTQ SI, SI; \
	TESTQ AX, AX; \
	TESTQ BX, BX; \
	TESTQ DX, DX; \
	TESTQ SI, SI

// func probeALU(rounds uint64) uint64
TEXT ·probeALU(SB), NOSPLIT, $0-16
	MOVQ rounds+0(FP), CX
	TICKS(DI)
alu:
	TEST_8
	TEST_8
	TEST_8
	TEST_8
	TEST_8
	TEST_8
	TEST_8
	TEST_8
	DECQ CX
	JNE  alu
	TICKS(SI)
	SUBQ DI, SI
	MOVQ SI, ret+8(FP)
	RET

// func probeChain(rounds uint64) uint64
TEXT ·probeChain(SB), NOSPLIT, $0-16
	MOVQ rounds+0(FP), CX
	MOVQ $3, BX
	TICKS(DI)
chain:
	IMULQ BX, BX
	IMULQ BX, BX
	IMULQ BX, BX
	IMULQ BX, BX
	IMULQ BX, BX
	IMULQ BX, BX
	IMULQ BX, BX
	IMULQ BX, BX
	DECQ CX
	JNE  chain
	TICKS(SI)
	SUBQ DI, SI
	MOVQ SI, ret+8(FP)
	RET
