#include "model/llama_kernels.h"

#include <ggml-backend.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <string_view>

// llama.cpp's kernels are linked twice, see scripts/build_llama. Its registry asks for ggml_backend_cpu_reg, which is
// here.
extern "C" {
ggml_backend_reg_t ggml_backend_cpu_reg_avx2(void);
#if defined(__x86_64__)
ggml_backend_reg_t ggml_backend_cpu_reg_avx512(void);
#endif

ggml_backend_reg_t ggml_backend_cpu_reg(void) {
#if defined(__x86_64__)
  const auto kernels = groundwork::model::llama_kernels();
  if (kernels.ok() && std::string_view(*kernels) == "avx512") return ggml_backend_cpu_reg_avx512();
#endif
  return ggml_backend_cpu_reg_avx2();
}
}

namespace groundwork::model {

base::Result<const char*> llama_kernels() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;  // clang 14 can't ask for F16C by name
  const bool f16c = __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & bit_F16C) != 0;
  const bool avx2 =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2") && f16c;
  if (!avx2) {
    return base::make_error(base::Code::kFailedPrecondition,
                            "expected a processor with AVX2, FMA, F16C and BMI2 for a language model in process, found "
                            "one without; configure an endpoint instead");
  }
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vbmi") &&
                      __builtin_cpu_supports("avx512vnni");
  return avx512 ? "avx512" : "avx2";
#else
  return "native";
#endif
}

}  // namespace groundwork::model
