#pragma once

#include "base/result.h"

namespace groundwork::model {

/// What llama.cpp computes with here: "avx512" or "avx2".
/// @errors kFailedPrecondition: this processor has less than AVX2, FMA, F16C and BMI2
base::Result<const char*> llama_kernels();

}  // namespace groundwork::model
