# Third-party libraries, all from the distribution's packages (see THIRD_PARTY.md).
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(yaml-cpp REQUIRED)
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
find_package(PkgConfig REQUIRED)
pkg_check_modules(CMARK_GFM REQUIRED IMPORTED_TARGET libcmark-gfm)
find_library(CMARK_GFM_EXTENSIONS cmark-gfm-extensions REQUIRED)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
find_package(CLI11 REQUIRED)
find_package(PostgreSQL 15 REQUIRED)  # libpq alone

# llama.cpp, which no distribution packages: built once into the cache, the same for every preset, sanitized or not.
set(GW_LLAMA "" CACHE PATH "llama.cpp as scripts/ensure_llama builds it; empty: asked from there")
if(NOT GW_LLAMA)
  execute_process(COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/scripts/ensure_llama" OUTPUT_VARIABLE GW_LLAMA_FOLDER
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
else()
  set(GW_LLAMA_FOLDER "${GW_LLAMA}")
endif()
add_library(gw_llama INTERFACE)
target_include_directories(gw_llama SYSTEM INTERFACE "${GW_LLAMA_FOLDER}/include")
# ggml asks for its kernels by ggml_backend_cpu_reg, which src/model/llama_kernels.cc gives.
target_link_libraries(gw_llama INTERFACE "${GW_LLAMA_FOLDER}/lib/libllama.a" "${GW_LLAMA_FOLDER}/lib/libggml.a"
  "${GW_LLAMA_FOLDER}/lib/libkernels.a" "${GW_LLAMA_FOLDER}/lib/libggml-base.a" Threads::Threads ${CMAKE_DL_LIBS} m)

if(GW_TESTS)
  find_package(GTest REQUIRED)
endif()
if(GW_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()
