# The headers that nearly every file includes take more than half of its time to compile. Tests have them precompiled in every
# preset; the rooms and the program only in those that exist to run tests (GW_PRECOMPILED), so that `dev` and `release`
# still compile them from their own includes alone, and a missing one is found.
option(GW_PRECOMPILED "Precompile headers for the rooms and the program too" OFF)

# gw_precompile(<target> [OPTIONS ...] [DEFINITIONS ...]): with the options that the target adds to those of every target.
# A file with other options of its own, such as another instruction set, belongs into a target without.
function(gw_precompile target)
  cmake_parse_arguments(ARG "" "" "OPTIONS;DEFINITIONS" ${ARGN})
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}")
  get_directory_property(options COMPILE_OPTIONS)
  get_directory_property(definitions COMPILE_DEFINITIONS)
  list(TRANSFORM definitions PREPEND -D)
  list(TRANSFORM ARG_DEFINITIONS PREPEND -D)
  set(command "${CMAKE_CXX_COMPILER}" ${flags} ${options} ${definitions} ${ARG_DEFINITIONS} ${ARG_OPTIONS} -std=c++20)
  string(SHA256 known "${command}")
  get_property(header GLOBAL PROPERTY gw_precompiled_${known})
  if(NOT header)
    execute_process(COMMAND "${PROJECT_SOURCE_DIR}/scripts/ensure_precompiled" "${PROJECT_SOURCE_DIR}/cmake/precompiled.h" ${command}
      OUTPUT_VARIABLE header OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    set_property(GLOBAL PROPERTY gw_precompiled_${known} "${header}")
  endif()
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Winvalid-pch -include ${header}>")
endfunction()
