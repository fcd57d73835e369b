#define GW_LANES 8
#define GW_ROWS 6
#include "model/kernels.h"
#include "model/kernels_generic.inc"

groundwork::model::Kernels groundwork::model::avx2_kernels() {
  return {&linear_madd, &linear_madd, &gelu, &add_norm, &attention};
}
