# One helper a kind of target. Links declare the floors: a room links only rooms of lower floors.

include(GoogleTest)

# gw_add_library(<room> SOURCES ... [LINKS ...] [PRIVATE_LINKS ...])
function(gw_add_library room)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(gw_${room} STATIC ${ARG_SOURCES})
  target_include_directories(gw_${room} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(gw_${room} PUBLIC ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

# gw_add_test(<room> SOURCES ... [LINKS ...]): one test binary a room, <room>_test.
function(gw_add_test room)
  if(NOT GW_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${room}_test ${ARG_SOURCES})
  target_link_libraries(${room}_test PRIVATE gw_${room} gw_source_dir ${ARG_LINKS} GTest::gtest_main)
  gtest_discover_tests(${room}_test DISCOVERY_MODE PRE_TEST PROPERTIES LABELS ${room})
endfunction()

# gw_add_benchmark(<name> SOURCES ... LINKS ...)
function(gw_add_benchmark name)
  if(NOT GW_BENCHMARKS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name}_benchmark ${ARG_SOURCES})
  target_link_libraries(${name}_benchmark PRIVATE gw_source_dir ${ARG_LINKS} benchmark::benchmark)
endfunction()

# gw_add_fuzzer(<name> SOURCES ... LINKS ...): libFuzzer target <name>_fuzz.
function(gw_add_fuzzer name)
  if(NOT GW_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name}_fuzz ${ARG_SOURCES})
  target_compile_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${name}_fuzz PRIVATE ${ARG_LINKS})
endfunction()
