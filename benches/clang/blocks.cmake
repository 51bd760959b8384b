# The library clang-benches: captured_closure_blocks.c as an object, and the runtime that it needs.
#
# Three ways: by the C compiler, when that is clang; by a clang that is installed beside it; or, where there is none or its
# runtime is missing, by the C compiler again, with cases that are skipped and say what is missing. Included by the root,
# whose bench_flags and sanitize it uses. -DHEAPTOLL_CLANG=PATH names another clang, -DHEAPTOLL_CLANG= none.

set(blocks_source ${CMAKE_CURRENT_LIST_DIR}/captured_closure_blocks.c)
add_library(clang-benches INTERFACE)

if(CMAKE_C_COMPILER_ID MATCHES "Clang")
  set(HEAPTOLL_CLANG ${CMAKE_C_COMPILER})
else()
  find_program(HEAPTOLL_CLANG NAMES clang clang-22 clang-21 clang-20 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14)
endif()
find_path(BLOCKS_INCLUDE Block.h)
find_library(BLOCKS_LIBRARY BlocksRuntime)

set(blocks_missing)
if(NOT HEAPTOLL_CLANG OR CMAKE_CROSSCOMPILING)
  list(APPEND blocks_missing "clang")
endif()
if(NOT BLOCKS_INCLUDE OR NOT BLOCKS_LIBRARY)
  list(APPEND blocks_missing "blocks runtime")
endif()
string(REPLACE ";" " and no " blocks_missing "${blocks_missing}")

if(NOT blocks_missing AND NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
  set(blocks_object ${CMAKE_BINARY_DIR}/captured_closure_blocks${CMAKE_C_OUTPUT_EXTENSION})
  add_custom_command(
    OUTPUT ${blocks_object}
    COMMAND ${HEAPTOLL_CLANG} -std=gnu17 -fblocks ${bench_flags} -gdwarf-4 -D_GNU_SOURCE -DNDEBUG -Wall -Wextra -Wshadow
            -Wconversion $<$<BOOL:${HEAPTOLL_WERROR}>:-Werror> -I${harness} -isystem ${BLOCKS_INCLUDE}
            -c ${blocks_source} -o ${blocks_object}
    DEPENDS ${blocks_source} ${harness}/bench.h
    COMMENT "Building captured_closure_blocks.c with ${HEAPTOLL_CLANG}"
    VERBATIM COMMAND_EXPAND_LISTS)
  add_custom_target(blocks DEPENDS ${blocks_object})
  target_sources(clang-benches INTERFACE ${blocks_object})
else()
  add_library(blocks OBJECT ${blocks_source})
  target_include_directories(blocks PRIVATE ${harness})
  target_compile_options(blocks PRIVATE ${bench_flags} ${sanitize})
  target_sources(clang-benches INTERFACE $<TARGET_OBJECTS:blocks>)
  if(blocks_missing)
    message(STATUS "captured_closure/blocks will be skipped: ${blocks_missing} not found")
    target_compile_definitions(blocks PRIVATE 
      "HT_UNAVAILABLE=\"this build found no ${blocks_missing}: install clang and libblocksruntime-dev, and build again\"")
  else()
    target_include_directories(blocks SYSTEM PRIVATE ${BLOCKS_INCLUDE})
    target_compile_options(blocks PRIVATE -fblocks)
  endif()
endif()
if(NOT blocks_missing)
  target_link_libraries(clang-benches INTERFACE ${BLOCKS_LIBRARY})
endif()
