#include "textflag.h"

// The same as ht_fill and ht_consume of harness/body.c: straight-line up to 64 bytes, 16 bytes wide.

// func Fill(memory unsafe.Pointer, bytes uintptr, seed uint64)
TEXT ·Fill(SB), NOSPLIT, $0-24
	MOVQ memory+0(FP), DI
	MOVQ bytes+8(FP), CX
	MOVQ seed+16(FP), AX
	MOVQ AX, BX
	RORQ $32, BX
	MOVQ AX, X0
	MOVQ BX, X1
	PUNPCKLQDQ X1, X0 // seed, and seed with its halves exchanged: no two of it add up to a constant
	MOVQ CX, DX
	SHRQ $4, DX
fours:
	CMPQ DX, $4
	JCS  two
	MOVUPS X0, (DI)
	MOVUPS X0, 16(DI)
	MOVUPS X0, 32(DI)
	MOVUPS X0, 48(DI)
	ADDQ $64, DI
	SUBQ $4, DX
	JMP  fours
two:
	TESTQ $2, DX
	JEQ  one
	MOVUPS X0, (DI)
	MOVUPS X0, 16(DI)
	ADDQ $32, DI
one:
	TESTQ $1, DX
	JEQ  word
	MOVUPS X0, (DI)
	ADDQ $16, DI
word:
	TESTQ $8, CX
	JEQ  filled
	MOVQ AX, (DI)
filled:
	RET

// func Consume(memory unsafe.Pointer, bytes uintptr) uint64
TEXT ·Consume(SB), NOSPLIT, $0-24
	MOVQ memory+0(FP), SI
	MOVQ bytes+8(FP), CX
	PXOR X0, X0
	MOVQ CX, DX
	SHRQ $4, DX
fours:
	CMPQ DX, $4
	JCS  two
	MOVUPS (SI), X1
	MOVUPS 16(SI), X2
	MOVUPS 32(SI), X3
	MOVUPS 48(SI), X4
	PADDQ X2, X1
	PADDQ X4, X3
	PADDQ X1, X0
	PADDQ X3, X0
	ADDQ $64, SI
	SUBQ $4, DX
	JMP  fours
two:
	TESTQ $2, DX
	JEQ  one
	MOVUPS (SI), X1
	MOVUPS 16(SI), X2
	PADDQ X2, X1
	PADDQ X1, X0
	ADDQ $32, SI
one:
	TESTQ $1, DX
	JEQ  word
	MOVUPS (SI), X1
	PADDQ X1, X0
	ADDQ $16, SI
word:
	MOVQ X0, AX
	PSRLO $8, X0
	MOVQ X0, BX
	ADDQ BX, AX
	TESTQ $8, CX
	JEQ  consumed
	ADDQ (SI), AX
consumed:
	MOVQ AX, ret+16(FP)
	RET
