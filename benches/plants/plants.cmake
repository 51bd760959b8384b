# The target plants: workers in which the gate is to find what was planted (harness/plant.h, plants.c). Not part of
# an ordinary build: `cmake --build build --target plants`. Included by the root, whose functions it uses.

# add_plant_worker(TARGET DEFINITION...): all our benches, the planted scenario, and the plants of harness/plant.h.
function(add_plant_worker target)
  add_library(${target}-benches OBJECT EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/benches/plants/plants.c)
  target_include_directories(${target}-benches PRIVATE ${harness})
  target_compile_options(${target}-benches PRIVATE ${bench_flags} ${sanitize})
  target_compile_definitions(${target}-benches PRIVATE ${ARGN})
  add_worker(${target} benches)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}-benches> ${harness}/plant.c ${harness}/plant_turn.c ${harness}/error.c)
  target_link_options(${target} PRIVATE -Wl,--wrap=ht_run_turn)
  add_dependencies(${target} blocks)
  target_link_libraries(${target} PRIVATE clang-benches)
  set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
  add_dependencies(plants ${target})
endfunction()

add_custom_target(plants)
add_plant_worker(heaptoll-plant-worker)
add_plant_worker(heaptoll-plant-malloc-worker PLANT_MALLOC)
add_plant_worker(heaptoll-plant-instruction-worker PLANT_INSTRUCTION)

# The same under Google Benchmark.
add_gbench_lane(heaptoll-plant-gbench benches)
target_sources(heaptoll-plant-gbench PRIVATE
  $<TARGET_OBJECTS:heaptoll-plant-worker-benches> ${harness}/plant.c ${harness}/plant_gbench.c ${harness}/error.c)
target_link_options(heaptoll-plant-gbench PRIVATE -Wl,--wrap=ht_shim_run_loops)
add_dependencies(heaptoll-plant-gbench blocks)
target_link_libraries(heaptoll-plant-gbench PRIVATE clang-benches)
set_target_properties(heaptoll-plant-gbench PROPERTIES EXCLUDE_FROM_ALL ON)
add_dependencies(plants heaptoll-plant-gbench)
