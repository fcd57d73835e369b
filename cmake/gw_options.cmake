# Compiler settings that hold for every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(GW_CCACHE ccache)
if(GW_CCACHE)
  # The sloppiness is what ccache asks for beside precompiled headers; theirs are looked at when cmake configures.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${GW_CCACHE}")
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fpch-preprocess)  # for ccache
  # g++ 12 reports these falsely in optimised std::string, std::variant and Boost.JSON code (GCC bugs 105329, 105562).
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)
endif()

find_program(GW_LLD ld.lld)
if(GW_LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(GW_SANITIZE)
  add_compile_options(-fsanitize=${GW_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GW_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # clang 14 puts this check's data into another section than the coroutine that it belongs to, and then can't assemble it.
    add_compile_options(-fno-sanitize=function)
  endif()
  if(GW_SANITIZE MATCHES "thread")
    # ThreadSanitizer does not know of fences; Asio's queues are behind mutexes, which it does know of.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
  # g++ cannot pair sanitized std::coroutine frames with -Werror's null-dereference checks.
  add_compile_options(-Wno-null-dereference)
endif()
