#define GW_LANES 8
#define GW_ROWS 6
#include "model/kernels.h"
#include "model/kernels_generic.inc"

groundwork::model::Kernels groundwork::model::avx2_kernels() {
  return {&linear, &linear, &gelu, &add_norm, &attention};
}
