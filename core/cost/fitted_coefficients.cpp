// SPDX-License-Identifier: Apache-2.0
// Made by tinsmith_cost_fit (tests/bench/cost_fit); not to be edited. Behind each line: layers measured, median and
// largest error of the fit.
#include "core/cost/coefficients.h"

namespace tinsmith {
namespace {

using K = KernelKind;
using V = KernelVariant;

// clang-format off
constexpr FittedKernel table[] = {
    {Core::CortexM0, V::Portable, false, K::FirstConvolution, {0, 0, 180.865, 67.5351, 8.09667, 0, 0.714496, 7.18482, 1.338}}, // 9, 2.3 %, 4.4 %
    {Core::CortexM0, V::Portable, false, K::Convolution, {0, 0, 0, 111.173, 0, 0, 8.97044, 5.513, 1.316}}, // 12, 3.5 %, 10.3 %
    {Core::CortexM0, V::Portable, false, K::Pointwise, {0, 103.192, 26.9244, 103.942, 6.89608e-15, 0, 0, 6.75455, 1.331}}, // 12, 0.2 %, 0.3 %
    {Core::CortexM0, V::Portable, false, K::Depthwise, {27698.2, 0, 0, 110.176, 19.9866, 0, 9.60131, 2.43925e-15, 1.397}}, // 12, 4.0 %, 17.4 %
    {Core::CortexM0, V::Portable, false, K::Dense, {0, 0, 0, 88.4635, 0, 3.15541, 0, 5.43601, 1.368}}, // 10, 1.0 %, 4.3 %
    {Core::CortexM0, V::Portable, false, K::Pool, {7074.28, 0, 0, 0, 0, 5.19979, 0, 0, 1.408}}, // 6, 25.1 %, 58.5 %
    {Core::CortexM0, V::Portable, false, K::AveragePool, {16397.9, 0, 457.351, 0, 28.365, 3.27091, 0, 0, 1.364}}, // 6, 2.6 %, 5.4 %
    {Core::CortexM0, V::Portable, false, K::Add, {406.081, 6.65365e-12, 0, 126.754, 0, 5.4165e-15, 0, 0, 1.232}}, // 4, 1.0 %, 1.8 %
    {Core::CortexM0, V::Portable, false, K::Map, {8.93253, 8.5706e-14, 0, 6.00051, 0, 8.85416e-17, 0, 0, 1.834}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM0, V::Portable, false, K::Transcendental, {0, 0, 0, 1103.65, 0, 0, 0, 0, 1.403}}, // 5, 6.6 %, 18.2 %
    {Core::CortexM0, V::Portable, false, K::Move, {1277.19, 4.74353e-13, 0, 3.57842, 0, 1.10925e-16, 0, 0, 1.47}}, // 6, 40.4 %, 54.8 %
    {Core::CortexM0, V::Portable, false, K::Reduce, {0, 0, 0, 43.5507, 0, 6.2704, 0, 0, 1.456}}, // 4, 3.7 %, 5.1 %
    {Core::CortexM0, V::Portable, true, K::FirstConvolution, {0, 0, 0, 278.366, 0, 295.362, 1.94971, 178.182, 1.382}}, // 9, 2.4 %, 6.0 %
    {Core::CortexM0, V::Portable, true, K::Convolution, {0, 0, 0, 272.266, 0, 1550.57, 0, 159.451, 1.387}}, // 12, 4.9 %, 9.2 %
    {Core::CortexM0, V::Portable, true, K::Pointwise, {0, 0, 58.095, 114.427, 1.72085e-14, 12.2696, 0, 195.541, 1.389}}, // 12, 0.2 %, 0.6 %
    {Core::CortexM0, V::Portable, true, K::Depthwise, {0, 17668.5, 3728.22, 0, 41.1641, 34.1696, 157.198, 1.14864e-14, 1.379}}, // 12, 5.1 %, 19.0 %
    {Core::CortexM0, V::Portable, true, K::Dense, {763.855, 5.28203e-14, 0, 161.84, 0, 0, 0, 192.996, 1.39}}, // 10, 0.2 %, 0.6 %
    {Core::CortexM0, V::Portable, true, K::Pool, {2584.23, 0, 31.3051, 0, 16.2968, 52.042, 0, 0, 1.405}}, // 6, 1.6 %, 4.9 %
    {Core::CortexM0, V::Portable, true, K::AveragePool, {11862.6, 0, 0, 372.874, 63.8074, 69.8091, 0, 0, 1.38}}, // 6, 1.0 %, 2.6 %
    {Core::CortexM0, V::Portable, true, K::Add, {0, 0, 0, 134.141, 0, 1.1076e-14, 0, 0, 1.418}}, // 4, 4.3 %, 11.5 %
    {Core::CortexM0, V::Portable, true, K::Map, {1775.52, 6.86854e-12, 0, 113.514, 0, 1.06713e-14, 0, 0, 1.397}}, // 6, 80.1 %, 82.4 %
    {Core::CortexM0, V::Portable, true, K::Transcendental, {0, 0, 0, 2467.94, 0, 3.72269e-13, 0, 0, 1.364}}, // 5, 14.3 %, 27.4 %
    {Core::CortexM0, V::Portable, true, K::Move, {213.691, 9.5993e-14, 0, 6.71267, 0, 7.0681e-16, 0, 0, 1.38}}, // 6, 24.9 %, 34.9 %
    {Core::CortexM0, V::Portable, true, K::Reduce, {0, 0, 0, 68.9858, 0, 74.6865, 0, 0, 1.407}}, // 4, 3.0 %, 6.0 %
    {Core::CortexM0Plus, V::Portable, false, K::FirstConvolution, {0, 0, 0, 49.8154, 21.2231, 0, 4.13404, 4.96435, 1.273}}, // 9, 1.4 %, 7.0 %
    {Core::CortexM0Plus, V::Portable, false, K::Convolution, {0, 0, 165.39, 86.0695, 5.90013, 0, 1.69594, 4.92039, 1.276}}, // 12, 1.0 %, 10.8 %
    {Core::CortexM0Plus, V::Portable, false, K::Pointwise, {0, 0, 50.9745, 79.2313, 4.01945e-15, 0, 0, 4.82694, 1.286}}, // 12, 0.3 %, 0.6 %
    {Core::CortexM0Plus, V::Portable, false, K::Depthwise, {37205.7, 0, 0, 0, 0, 0, 12.4273, 4.55652e-17, 1.315}}, // 12, 1.4 %, 22.2 %
    {Core::CortexM0Plus, V::Portable, false, K::Dense, {0, 0, 0, 72.7136, 0, 4.79546, 0, 4.69212, 1.291}}, // 10, 0.5 %, 10.8 %
    {Core::CortexM0Plus, V::Portable, false, K::Pool, {309.215, 0, 0, 20.607, 0, 6.05103, 0, 0, 1.375}}, // 6, 1.5 %, 4.3 %
    {Core::CortexM0Plus, V::Portable, false, K::AveragePool, {19605.5, 0, 744.222, 0, 7.83046, 0, 0, 0, 1.291}}, // 6, 11.2 %, 19.0 %
    {Core::CortexM0Plus, V::Portable, false, K::Add, {303.92, 3.70948e-12, 0, 77.1712, 0, 0, 0, 0, 1.221}}, // 4, 1.1 %, 3.6 %
    {Core::CortexM0Plus, V::Portable, false, K::Map, {8.90366, 2.45302e-14, 0, 6.00074, 0, 8.4839e-20, 0, 0, 1.668}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM0Plus, V::Portable, false, K::Transcendental, {0, 0, 0, 1074.14, 0, 0, 0, 0, 1.336}}, // 5, 3.5 %, 145.5 %
    {Core::CortexM0Plus, V::Portable, false, K::Move, {1290.91, 2.41605e-13, 0, 3.39277, 0, 5.31628e-16, 0, 0, 1.419}}, // 6, 34.8 %, 56.9 %
    {Core::CortexM0Plus, V::Portable, false, K::Reduce, {0, 0, 0, 42.5344, 0, 6.23743, 0, 0, 1.295}}, // 4, 3.2 %, 5.8 %
    {Core::CortexM0Plus, V::Portable, true, K::FirstConvolution, {0, 0, 0, 261.498, 0, 251.472, 45.195, 174.339, 1.28}}, // 9, 1.7 %, 7.0 %
    {Core::CortexM0Plus, V::Portable, true, K::Convolution, {0, 0, 0, 0, 0, 2197.94, 0, 155.721, 1.282}}, // 12, 3.5 %, 11.6 %
    {Core::CortexM0Plus, V::Portable, true, K::Pointwise, {0, 0, 0, 117.431, 1.59052e-15, 11.6911, 0, 195.52, 1.283}}, // 12, 0.2 %, 0.5 %
    {Core::CortexM0Plus, V::Portable, true, K::Depthwise, {0, 6290.45, 2463.45, 0, 100.32, 28.2378, 150.795, 1.70003e-14, 1.294}}, // 12, 1.5 %, 26.0 %
    {Core::CortexM0Plus, V::Portable, true, K::Dense, {1507.4, 0, 0, 143.057, 0, 0, 0, 192.93, 1.281}}, // 10, 0.4 %, 0.7 %
    {Core::CortexM0Plus, V::Portable, true, K::Pool, {3559.29, 0, 95.3533, 0, 17.1018, 50.3543, 0, 0, 1.385}}, // 6, 0.9 %, 6.8 %
    {Core::CortexM0Plus, V::Portable, true, K::AveragePool, {11700.5, 0, 0, 360.585, 70.7446, 69.3396, 0, 0, 1.397}}, // 6, 0.8 %, 2.7 %
    {Core::CortexM0Plus, V::Portable, true, K::Add, {399.726, 2.88045e-12, 0, 131.94, 0, 7.64367e-15, 0, 0, 1.35}}, // 4, 1.0 %, 12.8 %
    {Core::CortexM0Plus, V::Portable, true, K::Map, {759.957, 1.42611e-12, 0, 102.226, 0, 6.80246e-15, 0, 0, 1.338}}, // 6, 83.2 %, 84.1 %
    {Core::CortexM0Plus, V::Portable, true, K::Transcendental, {0, 0, 0, 2678.04, 0, 0, 0, 0, 1.32}}, // 5, 7.6 %, 71.9 %
    {Core::CortexM0Plus, V::Portable, true, K::Move, {257.295, 4.91161e-13, 0, 6.24514, 0, 3.73818e-16, 0, 0, 1.318}}, // 6, 22.8 %, 39.3 %
    {Core::CortexM0Plus, V::Portable, true, K::Reduce, {0, 0, 0, 79.6811, 0, 73.2827, 0, 0, 1.42}}, // 4, 1.7 %, 8.0 %
    {Core::CortexM3, V::Portable, false, K::FirstConvolution, {17154.3, 0, 0, 0.25322, 9.29533, 0, 0, 2.30308, 1.597}}, // 9, 1.4 %, 9.9 %
    {Core::CortexM3, V::Portable, false, K::Convolution, {19552, 0, 0, 6.64405, 0, 0, 0.868293, 2.48312, 1.653}}, // 12, 4.8 %, 32.0 %
    {Core::CortexM3, V::Portable, false, K::Pointwise, {1010.95, 0, 0, 24.3709, 2.62646e-16, 0.382657, 0, 2.17615, 1.679}}, // 12, 1.8 %, 3.5 %
    {Core::CortexM3, V::Portable, false, K::Depthwise, {20542.7, 0, 0, 0, 0, 0, 5.7529, 1.17193e-16, 1.443}}, // 12, 6.8 %, 39.2 %
    {Core::CortexM3, V::Portable, false, K::Dense, {0, 0, 0, 26.4086, 0, 5.0224, 0, 2.48496, 1.795}}, // 10, 1.2 %, 20.7 %
    {Core::CortexM3, V::Portable, false, K::Pool, {0, 0, 23.707, 11.1598, 0, 5.96181, 0, 0, 1.305}}, // 6, 0.4 %, 1.2 %
    {Core::CortexM3, V::Portable, false, K::AveragePool, {879.813, 0, 47.7223, 12.1011, 5.00861, 2.31722, 0, 0, 1.414}}, // 6, 0.1 %, 0.2 %
    {Core::CortexM3, V::Portable, false, K::Add, {132.146, 8.52333e-13, 0, 33.6061, 0, 1.94759e-15, 0, 0, 1.181}}, // 4, 1.1 %, 8.5 %
    {Core::CortexM3, V::Portable, false, K::Map, {11.3309, 6.09799e-15, 0, 5.0002, 0, 7.55555e-19, 0, 0, 1.6}}, // 6, 0.0 %, 0.1 %
    {Core::CortexM3, V::Portable, false, K::Transcendental, {0, 0, 0, 275.819, 0, 0, 0, 0, 1.438}}, // 5, 1.3 %, 79.1 %
    {Core::CortexM3, V::Portable, false, K::Move, {85.9765, 3.10719e-14, 0, 0.679593, 0, 1.01695e-17, 0, 0, 1.367}}, // 6, 4.2 %, 31.4 %
    {Core::CortexM3, V::Portable, false, K::Reduce, {28.2377, 1.6627e-15, 0, 25.2187, 0, 4.00413, 0, 0, 1.653}}, // 4, 0.2 %, 0.4 %
    {Core::CortexM3, V::Portable, true, K::FirstConvolution, {0, 0, 0, 188.965, 1.3925, 153.793, 4.93423, 84.1178, 1.212}}, // 9, 1.4 %, 8.5 %
    {Core::CortexM3, V::Portable, true, K::Convolution, {0, 0, 0, 0, 7.62518, 1148.11, 0, 73.1833, 1.215}}, // 12, 3.0 %, 12.6 %
    {Core::CortexM3, V::Portable, true, K::Pointwise, {0, 0, 0, 89.6595, 2.71156e-15, 19.7479, 0, 91.3429, 1.213}}, // 12, 0.4 %, 0.5 %
    {Core::CortexM3, V::Portable, true, K::Depthwise, {0, 9080.16, 1245.4, 0, 68.5773, 9.3007, 70.2754, 3.04222e-15, 1.235}}, // 12, 1.5 %, 22.4 %
    {Core::CortexM3, V::Portable, true, K::Dense, {456.53, 6.48177e-14, 0, 125.657, 0, 0, 0, 90.9141, 1.21}}, // 10, 0.2 %, 0.6 %
    {Core::CortexM3, V::Portable, true, K::Pool, {1779.1, 0, 10.8049, 0, 34.2829, 42.5939, 0, 0, 1.417}}, // 6, 0.6 %, 1.9 %
    {Core::CortexM3, V::Portable, true, K::AveragePool, {122955, 0, 3329.24, 0, 11.4395, 29.1523, 0, 0, 1.406}}, // 6, 1.4 %, 12.0 %
    {Core::CortexM3, V::Portable, true, K::Add, {31.1007, 3.15828e-12, 0, 122.105, 0, 1.39919e-14, 0, 0, 1.367}}, // 4, 0.9 %, 18.6 %
    {Core::CortexM3, V::Portable, true, K::Map, {240.282, 2.35562e-13, 0, 58.9866, 0, 6.04422e-16, 0, 0, 1.373}}, // 6, 80.8 %, 81.4 %
    {Core::CortexM3, V::Portable, true, K::Transcendental, {0, 0, 0, 1285.27, 0, 0, 0, 0, 1.321}}, // 5, 7.8 %, 74.3 %
    {Core::CortexM3, V::Portable, true, K::Move, {328.504, 1.68268e-13, 0, 2.57542, 0, 4.23043e-17, 0, 0, 1.255}}, // 6, 7.2 %, 19.3 %
    {Core::CortexM3, V::Portable, true, K::Reduce, {0, 0, 0, 0, 0, 58.9704, 0, 0, 1.415}}, // 4, 1.4 %, 3.0 %
    {Core::CortexM4F, V::Portable, false, K::FirstConvolution, {13258.1, 0, 0, 11.9579, 6.46752, 0, 0, 2.28495, 1.36}}, // 9, 1.1 %, 12.3 %
    {Core::CortexM4F, V::Portable, false, K::Convolution, {11952.4, 0, 0, 19.2985, 0, 0, 0.379073, 2.4121, 1.405}}, // 12, 1.3 %, 31.0 %
    {Core::CortexM4F, V::Portable, false, K::Pointwise, {1185.18, 0, 0, 23.0266, 6.14561e-15, 0.543294, 0, 2.16979, 1.304}}, // 12, 1.8 %, 3.7 %
    {Core::CortexM4F, V::Portable, false, K::Depthwise, {24081.2, 0, 0, 0, 0, 0, 5.70908, 1.61275e-15, 1.301}}, // 12, 4.7 %, 39.1 %
    {Core::CortexM4F, V::Portable, false, K::Dense, {0, 0, 0, 26.358, 0, 5.0123, 0, 2.48786, 1.448}}, // 10, 1.3 %, 20.5 %
    {Core::CortexM4F, V::Portable, false, K::Pool, {0, 0, 14.3135, 14.9147, 0, 5.6944, 0, 0, 1.287}}, // 6, 1.9 %, 2.4 %
    {Core::CortexM4F, V::Portable, false, K::AveragePool, {1064.33, 0, 42.3135, 13.4275, 4.49286, 2.31472, 0, 0, 1.451}}, // 6, 0.3 %, 0.6 %
    {Core::CortexM4F, V::Portable, false, K::Add, {132.146, 8.52333e-13, 0, 33.6061, 0, 1.94759e-15, 0, 0, 1.091}}, // 4, 1.1 %, 8.5 %
    {Core::CortexM4F, V::Portable, false, K::Map, {11.3309, 6.09799e-15, 0, 5.0002, 0, 7.55555e-19, 0, 0, 1.6}}, // 6, 0.0 %, 0.1 %
    {Core::CortexM4F, V::Portable, false, K::Transcendental, {0, 0, 0, 280.466, 0, 2.74987e-16, 0, 0, 1.248}}, // 5, 1.4 %, 83.3 %
    {Core::CortexM4F, V::Portable, false, K::Move, {85.9785, 5.25126e-14, 0, 0.679587, 0, 0, 0, 0, 1.367}}, // 6, 4.2 %, 31.4 %
    {Core::CortexM4F, V::Portable, false, K::Reduce, {28.2377, 1.6627e-15, 0, 25.2187, 0, 4.00413, 0, 0, 1.648}}, // 4, 0.2 %, 0.4 %
    {Core::CortexM4F, V::Portable, true, K::FirstConvolution, {0, 0, 0, 0, 28.8232, 0, 0, 8.0414, 1.359}}, // 9, 4.2 %, 23.0 %
    {Core::CortexM4F, V::Portable, true, K::Convolution, {0, 0, 0, 0, 43.0227, 70.0025, 0, 4.89722, 1.577}}, // 12, 5.7 %, 10.0 %
    {Core::CortexM4F, V::Portable, true, K::Pointwise, {0, 266.021, 2.08602, 14.9464, 9.79956e-16, 0.404877, 0, 5.9862, 1.626}}, // 12, 0.1 %, 0.5 %
    {Core::CortexM4F, V::Portable, true, K::Depthwise, {0, 0, 214.817, 5.05901, 18.4302, 0, 9.00938, 2.5799e-16, 1.264}}, // 12, 1.8 %, 5.6 %
    {Core::CortexM4F, V::Portable, true, K::Dense, {11.9615, 1.29566e-15, 0, 16.0543, 0, 0, 0, 5.99896, 1.644}}, // 10, 0.1 %, 0.2 %
    {Core::CortexM4F, V::Portable, true, K::Pool, {849.914, 0, 59.1395, 0, 5.83648, 10.3504, 0, 0, 1.268}}, // 6, 1.3 %, 11.9 %
    {Core::CortexM4F, V::Portable, true, K::AveragePool, {12417.6, 0, 379.803, 0, 0, 5.35561, 0, 0, 1.438}}, // 6, 1.4 %, 6.5 %
    {Core::CortexM4F, V::Portable, true, K::Add, {0, 0, 0, 11.6109, 0, 0, 0, 0, 1.337}}, // 4, 0.9 %, 10.7 %
    {Core::CortexM4F, V::Portable, true, K::Map, {19.2859, 8.24512e-15, 0, 8.0722, 0, 5.58117e-17, 0, 0, 1.759}}, // 6, 41.5 %, 42.3 %
    {Core::CortexM4F, V::Portable, true, K::Transcendental, {0, 0, 0, 84.9737, 0, 2.3552e-14, 0, 0, 1.794}}, // 5, 2.9 %, 46.5 %
    {Core::CortexM4F, V::Portable, true, K::Move, {326.704, 2.81719e-14, 0, 2.58129, 0, 7.14048e-16, 0, 0, 1.339}}, // 6, 7.4 %, 12.8 %
    {Core::CortexM4F, V::Portable, true, K::Reduce, {177.125, 3.49418e-16, 0, 6.42458, 0, 4.97864, 0, 0, 1.58}}, // 4, 0.1 %, 0.2 %
    {Core::CortexM4F, V::Dsp, false, K::FirstConvolution, {14997.2, 0, 62.2748, 2.43688, 0.954091, 0, 0, 0.732598, 1.386}}, // 9, 1.9 %, 3.9 %
    {Core::CortexM4F, V::Dsp, false, K::Convolution, {4863.94, 0, 0, 4.76285, 0, 0.038835, 1.29115, 0.7624, 1.367}}, // 12, 1.0 %, 15.2 %
    {Core::CortexM4F, V::Dsp, false, K::Pointwise, {6178.24, 0, 7.37856, 3.78457, 1.15142e-15, 2.3539, 0, 0.700187, 1.438}}, // 12, 0.7 %, 15.9 %
    {Core::CortexM4F, V::Dsp, false, K::Depthwise, {8265.79, 316.89, 0, 10.1857, 1.03584e-15, 2.05214, 0.019597, 4.91446e-18, 1.306}}, // 11, 2.3 %, 27.8 %
    {Core::CortexM4F, V::Dsp, false, K::Dense, {119.201, 1.91398e-13, 0, 7.57414, 0, 0.233276, 0, 0.986054, 1.338}}, // 10, 1.1 %, 22.5 %
    {Core::CortexM4F, V::Dsp, false, K::Add, {50.885, 4.06921e-13, 0, 10.116, 0, 0, 0, 0, 1.13}}, // 4, 1.3 %, 22.7 %
    {Core::CortexM7, V::Portable, false, K::FirstConvolution, {0, 0, 8.89748, 43.0501, 4.45581, 0, 1.67861, 2.95429, 0.8497}}, // 9, 0.5 %, 1.5 %
    {Core::CortexM7, V::Portable, false, K::Convolution, {0, 0, 0, 56.8248, 0, 8.51454, 2.4403, 2.86762, 0.8368}}, // 12, 1.5 %, 12.6 %
    {Core::CortexM7, V::Portable, false, K::Pointwise, {0, 0, 37.2078, 38.7124, 2.24622e-15, 0, 0, 2.98823, 0.8396}}, // 12, 0.3 %, 1.9 %
    {Core::CortexM7, V::Portable, false, K::Depthwise, {8949.37, 0, 0, 49.0481, 15.2709, 0, 7.4388, 1.8434e-16, 0.8647}}, // 12, 7.3 %, 20.6 %
    {Core::CortexM7, V::Portable, false, K::Dense, {0, 0, 0, 28.7802, 0, 3.90022, 0, 2.89623, 0.8466}}, // 10, 2.8 %, 11.3 %
    {Core::CortexM7, V::Portable, false, K::Pool, {4064.01, 0, 0, 0, 0, 5.84126, 0, 0, 0.8414}}, // 6, 27.6 %, 48.0 %
    {Core::CortexM7, V::Portable, false, K::AveragePool, {12869, 0, 387.912, 0, 0, 5.21156, 0, 0, 0.8896}}, // 6, 4.8 %, 5.7 %
    {Core::CortexM7, V::Portable, false, K::Add, {377.675, 9.00415e-13, 0, 30.8075, 0, 1.94779e-16, 0, 0, 0.8132}}, // 4, 3.7 %, 6.4 %
    {Core::CortexM7, V::Portable, false, K::Map, {11.9794, 1.44641e-18, 0, 5.00015, 0, 4.68407e-17, 0, 0, 0.8804}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM7, V::Portable, false, K::Transcendental, {0, 0, 0, 280.391, 0, 4.42844e-14, 0, 0, 0.8423}}, // 5, 1.6 %, 5.4 %
    {Core::CortexM7, V::Portable, false, K::Move, {42.6988, 3.33283e-15, 0, 0.796319, 0, 1.69567e-16, 0, 0, 0.854}}, // 6, 17.0 %, 22.3 %
    {Core::CortexM7, V::Portable, false, K::Reduce, {29.1297, 4.98721e-17, 0, 25.2318, 0, 4.00399, 0, 0, 0.8875}}, // 4, 0.2 %, 0.4 %
    {Core::CortexM7, V::Portable, true, K::FirstConvolution, {0, 0, 0, 0, 33.7331, 22.7963, 0, 6.71416, 0.9214}}, // 9, 7.8 %, 18.5 %
    {Core::CortexM7, V::Portable, true, K::Convolution, {0, 0, 0, 0, 40.52, 70.2154, 0, 4.9442, 1.086}}, // 12, 4.5 %, 9.1 %
    {Core::CortexM7, V::Portable, true, K::Pointwise, {0, 702.242, 7.56433, 13.8738, 9.88116e-16, 0, 0, 5.98116, 1.11}}, // 12, 0.2 %, 1.0 %
    {Core::CortexM7, V::Portable, true, K::Depthwise, {0, 408.031, 82.3905, 0, 16.3606, 3.13274, 9.73732, 2.46245e-15, 0.8494}}, // 12, 1.1 %, 7.1 %
    {Core::CortexM7, V::Portable, true, K::Dense, {14.3492, 1.09475e-15, 0, 15.043, 0, 0, 0, 6.00004, 1.122}}, // 10, 0.0 %, 0.1 %
    {Core::CortexM7, V::Portable, true, K::Pool, {494.192, 0, 21.6992, 0, 3.9003, 11.5119, 0, 0, 0.8372}}, // 6, 3.0 %, 9.6 %
    {Core::CortexM7, V::Portable, true, K::AveragePool, {12113, 0, 375.218, 0, 0, 5.30341, 0, 0, 0.9343}}, // 6, 2.3 %, 5.1 %
    {Core::CortexM7, V::Portable, true, K::Add, {0, 0, 0, 11.2046, 0, 1.22053e-15, 0, 0, 0.9784}}, // 4, 2.2 %, 6.6 %
    {Core::CortexM7, V::Portable, true, K::Map, {80.0872, 2.75755e-14, 0, 9.19806, 0, 4.37619e-16, 0, 0, 1.32}}, // 6, 24.6 %, 29.2 %
    {Core::CortexM7, V::Portable, true, K::Transcendental, {0, 0, 0, 81.8089, 0, 0, 0, 0, 1.18}}, // 5, 5.8 %, 14.4 %
    {Core::CortexM7, V::Portable, true, K::Move, {301.501, 2.16105e-13, 0, 2.67841, 0, 4.76232e-16, 0, 0, 0.8966}}, // 6, 9.6 %, 10.7 %
    {Core::CortexM7, V::Portable, true, K::Reduce, {178.253, 1.4354e-14, 0, 6.40497, 0, 4.97907, 0, 0, 0.8889}}, // 4, 0.1 %, 0.2 %
    {Core::CortexM33, V::Portable, false, K::FirstConvolution, {0, 0, 36.4305, 40.5158, 4.37213, 0, 0.533736, 3.08696, 1.379}}, // 9, 0.7 %, 1.6 %
    {Core::CortexM33, V::Portable, false, K::Convolution, {0, 0, 0, 58.6868, 0, 7.72889, 2.48292, 2.86739, 1.466}}, // 12, 1.5 %, 12.4 %
    {Core::CortexM33, V::Portable, false, K::Pointwise, {0, 154.792, 19.5924, 39.6341, 3.49205e-15, 0.28961, 0, 2.99443, 1.4}}, // 12, 0.2 %, 0.4 %
    {Core::CortexM33, V::Portable, false, K::Depthwise, {4605.18, 0, 0, 35.7802, 15.6454, 0, 7.67518, 1.43338e-15, 1.371}}, // 12, 8.1 %, 15.6 %
    {Core::CortexM33, V::Portable, false, K::Dense, {0, 0, 0, 29.4574, 0, 3.89372, 0, 2.89332, 1.48}}, // 10, 2.7 %, 11.2 %
    {Core::CortexM33, V::Portable, false, K::Pool, {4065.47, 0, 0, 0, 0, 5.84111, 0, 0, 1.319}}, // 6, 27.6 %, 48.0 %
    {Core::CortexM33, V::Portable, false, K::AveragePool, {12004.3, 0, 359.967, 0, 0, 5.39158, 0, 0, 1.394}}, // 6, 4.5 %, 7.1 %
    {Core::CortexM33, V::Portable, false, K::Add, {373.986, 1.43424e-14, 0, 32.8163, 0, 6.88012e-17, 0, 0, 1.091}}, // 4, 3.4 %, 6.0 %
    {Core::CortexM33, V::Portable, false, K::Map, {10.975, 9.54419e-14, 0, 5.00019, 0, 6.26804e-17, 0, 0, 1.6}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM33, V::Portable, false, K::Transcendental, {0, 0, 0, 280.6, 0, 1.2086e-14, 0, 0, 1.242}}, // 5, 1.5 %, 5.1 %
    {Core::CortexM33, V::Portable, false, K::Move, {41.6079, 5.40112e-14, 0, 0.796701, 0, 1.17405e-16, 0, 0, 1.366}}, // 6, 16.9 %, 22.4 %
    {Core::CortexM33, V::Portable, false, K::Reduce, {29.0528, 1.2468e-16, 0, 25.242, 0, 4.00383, 0, 0, 1.648}}, // 4, 0.2 %, 0.4 %
    {Core::CortexM33, V::Portable, true, K::FirstConvolution, {0, 0, 0, 0, 33.8533, 10.1636, 0, 6.7735, 1.359}}, // 9, 7.9 %, 20.1 %
    {Core::CortexM33, V::Portable, true, K::Convolution, {0, 0, 0, 0, 48.192, 58.668, 0, 4.88719, 1.577}}, // 12, 6.1 %, 10.0 %
    {Core::CortexM33, V::Portable, true, K::Pointwise, {0, 702.284, 7.54987, 13.8745, 1.88774e-15, 0, 0, 5.98116, 1.627}}, // 12, 0.2 %, 1.0 %
    {Core::CortexM33, V::Portable, true, K::Depthwise, {0, 0, 189.725, 7.03144, 18.0093, 0, 9.05617, 7.42581e-16, 1.265}}, // 12, 2.8 %, 4.8 %
    {Core::CortexM33, V::Portable, true, K::Dense, {13.6479, 5.8196e-16, 0, 15.0642, 0, 0, 0, 6.00043, 1.645}}, // 10, 0.1 %, 0.3 %
    {Core::CortexM33, V::Portable, true, K::Pool, {407.167, 0, 23.2106, 0, 4.73137, 11.3217, 0, 0, 1.271}}, // 6, 2.8 %, 9.0 %
    {Core::CortexM33, V::Portable, true, K::AveragePool, {12105.4, 0, 375.437, 0, 0, 5.30708, 0, 0, 1.442}}, // 6, 2.4 %, 5.1 %
    {Core::CortexM33, V::Portable, true, K::Add, {0, 0, 0, 11.2037, 0, 9.72457e-18, 0, 0, 1.357}}, // 4, 2.2 %, 6.6 %
    {Core::CortexM33, V::Portable, true, K::Map, {79.8566, 1.65411e-13, 0, 9.19824, 0, 8.20488e-16, 0, 0, 1.802}}, // 6, 24.6 %, 29.2 %
    {Core::CortexM33, V::Portable, true, K::Transcendental, {0, 0, 0, 80.6086, 0, 1.0165e-14, 0, 0, 1.803}}, // 5, 6.1 %, 15.2 %
    {Core::CortexM33, V::Portable, true, K::Move, {279.447, 1.9393e-13, 0, 2.75264, 0, 0, 0, 0, 1.345}}, // 6, 13.2 %, 15.0 %
    {Core::CortexM33, V::Portable, true, K::Reduce, {178.591, 3.09141e-16, 0, 6.36055, 0, 4.97973, 0, 0, 1.58}}, // 4, 0.1 %, 0.2 %
    {Core::CortexM55, V::Portable, false, K::FirstConvolution, {0, 0, 37.9791, 40.0626, 6.56426, 0, 0.228154, 2.74768, 1.134}}, // 9, 0.8 %, 2.3 %
    {Core::CortexM55, V::Portable, false, K::Convolution, {0, 0, 0, 60.1811, 0, 6.73237, 2.18639, 2.62997, 1.104}}, // 12, 1.4 %, 11.1 %
    {Core::CortexM55, V::Portable, false, K::Pointwise, {0, 0, 27.6031, 39.7725, 2.61178e-15, 0, 0, 2.74491, 1.098}}, // 12, 0.1 %, 1.0 %
    {Core::CortexM55, V::Portable, false, K::Depthwise, {2664.49, 0, 0, 45.2195, 15.0661, 0, 7.33154, 4.00352e-15, 1.172}}, // 12, 8.4 %, 14.5 %
    {Core::CortexM55, V::Portable, false, K::Dense, {0, 0, 0, 32.7915, 0, 2.58257, 0, 2.68343, 1.144}}, // 10, 1.8 %, 7.8 %
    {Core::CortexM55, V::Portable, false, K::Pool, {3877, 0, 0, 0, 0, 5.93373, 0, 0, 1.102}}, // 6, 27.4 %, 47.2 %
    {Core::CortexM55, V::Portable, false, K::AveragePool, {9723.38, 0, 309.08, 0, 0, 6.47941, 0, 0, 1.16}}, // 6, 7.0 %, 11.4 %
    {Core::CortexM55, V::Portable, false, K::Add, {374.008, 6.61956e-15, 0, 32.8162, 0, 1.65707e-15, 0, 0, 1.031}}, // 4, 3.4 %, 6.0 %
    {Core::CortexM55, V::Portable, false, K::Map, {10.983, 3.29103e-14, 0, 4.00013, 0, 3.74427e-17, 0, 0, 1.249}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM55, V::Portable, false, K::Transcendental, {0, 0, 0, 317.932, 0, 0, 0, 0, 1.127}}, // 5, 2.2 %, 7.4 %
    {Core::CortexM55, V::Portable, false, K::Move, {40.3736, 4.9289e-14, 0, 0.719883, 0, 9.66951e-17, 0, 0, 1.14}}, // 6, 12.5 %, 21.6 %
    {Core::CortexM55, V::Portable, false, K::Reduce, {28.7654, 5.91953e-16, 0, 27.2813, 0, 3.00327, 0, 0, 1.276}}, // 4, 0.3 %, 0.6 %
    {Core::CortexM55, V::Portable, true, K::FirstConvolution, {0, 0, 0, 0, 37.5061, 15.029, 0, 6.06811, 1.206}}, // 9, 10.8 %, 19.8 %
    {Core::CortexM55, V::Portable, true, K::Convolution, {0, 0, 0, 0, 32.552, 63.3261, 0.179902, 3.01076, 1.226}}, // 12, 6.2 %, 9.8 %
    {Core::CortexM55, V::Portable, true, K::Pointwise, {0, 4121.64, 0, 8.9083, 4.76439e-16, 2.66371, 0, 3.48862, 1.269}}, // 12, 2.5 %, 5.7 %
    {Core::CortexM55, V::Portable, true, K::Depthwise, {0, 0, 201.35, 4.24175, 18.2423, 0, 9.19189, 6.23774e-16, 1.109}}, // 12, 2.2 %, 4.2 %
    {Core::CortexM55, V::Portable, true, K::Dense, {181.422, 1.28298e-13, 0, 13.6804, 0, 0, 0, 3.48279, 1.299}}, // 10, 3.3 %, 25.1 %
    {Core::CortexM55, V::Portable, true, K::Pool, {0, 0, 0, 0, 2.32499, 12.711, 0, 0, 1.085}}, // 6, 1.7 %, 4.0 %
    {Core::CortexM55, V::Portable, true, K::AveragePool, {9003.77, 525.19, 278.787, 0, 0, 6.44002, 0, 0, 1.209}}, // 6, 6.0 %, 7.2 %
    {Core::CortexM55, V::Portable, true, K::Add, {0, 0, 0, 11.2037, 0, 6.32096e-16, 0, 0, 1.268}}, // 4, 2.2 %, 6.6 %
    {Core::CortexM55, V::Portable, true, K::Map, {79.8566, 1.65411e-13, 0, 9.19824, 0, 8.20488e-16, 0, 0, 1.701}}, // 6, 24.6 %, 29.2 %
    {Core::CortexM55, V::Portable, true, K::Transcendental, {0, 0, 0, 52.8469, 0, 3.9114e-15, 0, 0, 1.482}}, // 5, 1.8 %, 4.6 %
    {Core::CortexM55, V::Portable, true, K::Move, {317.388, 4.23979e-14, 0, 2.62026, 0, 2.69849e-16, 0, 0, 1.098}}, // 6, 13.6 %, 18.2 %
    {Core::CortexM55, V::Portable, true, K::Reduce, {180.651, 3.99931e-14, 0, 8.35184, 0, 3.97985, 0, 0, 1.248}}, // 4, 0.1 %, 0.3 %
    {Core::CortexM85, V::Portable, false, K::FirstConvolution, {0, 0, 37.9791, 40.0626, 6.56426, 0, 0.228154, 2.74768, 0.8274}}, // 9, 0.8 %, 2.3 %
    {Core::CortexM85, V::Portable, false, K::Convolution, {0, 0, 0, 60.1811, 0, 6.73237, 2.18639, 2.62997, 0.7968}}, // 12, 1.4 %, 11.1 %
    {Core::CortexM85, V::Portable, false, K::Pointwise, {0, 0, 27.6031, 39.7725, 2.61178e-15, 0, 0, 2.74491, 0.7982}}, // 12, 0.1 %, 1.0 %
    {Core::CortexM85, V::Portable, false, K::Depthwise, {2664.49, 0, 0, 45.2195, 15.0661, 0, 7.33154, 4.00352e-15, 0.8426}}, // 12, 8.4 %, 14.5 %
    {Core::CortexM85, V::Portable, false, K::Dense, {0, 0, 0, 32.7915, 0, 2.58257, 0, 2.68343, 0.8199}}, // 10, 1.8 %, 7.8 %
    {Core::CortexM85, V::Portable, false, K::Pool, {3877, 0, 0, 0, 0, 5.93373, 0, 0, 0.79}}, // 6, 27.4 %, 47.2 %
    {Core::CortexM85, V::Portable, false, K::AveragePool, {9723.38, 0, 309.08, 0, 0, 6.47941, 0, 0, 0.8327}}, // 6, 7.0 %, 11.4 %
    {Core::CortexM85, V::Portable, false, K::Add, {374.008, 6.61956e-15, 0, 32.8162, 0, 1.65707e-15, 0, 0, 0.7617}}, // 4, 3.4 %, 6.0 %
    {Core::CortexM85, V::Portable, false, K::Map, {10.983, 3.29103e-14, 0, 4.00013, 0, 3.74427e-17, 0, 0, 0.8438}}, // 6, 0.0 %, 0.0 %
    {Core::CortexM85, V::Portable, false, K::Transcendental, {0, 0, 0, 317.932, 0, 0, 0, 0, 0.8157}}, // 5, 2.2 %, 7.4 %
    {Core::CortexM85, V::Portable, false, K::Move, {40.3736, 4.9289e-14, 0, 0.719883, 0, 9.66951e-17, 0, 0, 0.8068}}, // 6, 12.5 %, 21.6 %
    {Core::CortexM85, V::Portable, false, K::Reduce, {28.7654, 5.91953e-16, 0, 27.2813, 0, 3.00327, 0, 0, 0.8552}}, // 4, 0.3 %, 0.6 %
    {Core::CortexM85, V::Portable, true, K::FirstConvolution, {0, 0, 0, 0, 37.5061, 15.029, 0, 6.06811, 0.8642}}, // 9, 10.8 %, 19.8 %
    {Core::CortexM85, V::Portable, true, K::Convolution, {0, 0, 0, 0, 32.552, 63.3261, 0.179902, 3.01076, 0.8975}}, // 12, 6.2 %, 9.8 %
    {Core::CortexM85, V::Portable, true, K::Pointwise, {0, 4121.64, 0, 8.9083, 4.76439e-16, 2.66371, 0, 3.48862, 0.9246}}, // 12, 2.5 %, 5.7 %
    {Core::CortexM85, V::Portable, true, K::Depthwise, {0, 0, 201.35, 4.24175, 18.2423, 0, 9.19189, 6.23774e-16, 0.8031}}, // 12, 2.2 %, 4.2 %
    {Core::CortexM85, V::Portable, true, K::Dense, {181.422, 1.28298e-13, 0, 13.6804, 0, 0, 0, 3.48279, 0.9457}}, // 10, 3.3 %, 25.1 %
    {Core::CortexM85, V::Portable, true, K::Pool, {0, 0, 0, 0, 2.32499, 12.711, 0, 0, 0.7823}}, // 6, 1.7 %, 4.0 %
    {Core::CortexM85, V::Portable, true, K::AveragePool, {9003.77, 525.19, 278.787, 0, 0, 6.44002, 0, 0, 0.8727}}, // 6, 6.0 %, 7.2 %
    {Core::CortexM85, V::Portable, true, K::Add, {0, 0, 0, 11.2037, 0, 6.32096e-16, 0, 0, 0.9172}}, // 4, 2.2 %, 6.6 %
    {Core::CortexM85, V::Portable, true, K::Map, {79.8566, 1.65411e-13, 0, 9.19824, 0, 8.20488e-16, 0, 0, 1.238}}, // 6, 24.6 %, 29.2 %
    {Core::CortexM85, V::Portable, true, K::Transcendental, {0, 0, 0, 52.8469, 0, 3.9114e-15, 0, 0, 1.071}}, // 5, 1.8 %, 4.6 %
    {Core::CortexM85, V::Portable, true, K::Move, {317.388, 4.23979e-14, 0, 2.62026, 0, 2.69849e-16, 0, 0, 0.7984}}, // 6, 13.6 %, 18.2 %
    {Core::CortexM85, V::Portable, true, K::Reduce, {180.651, 3.99931e-14, 0, 8.35184, 0, 3.97985, 0, 0, 0.8516}}, // 4, 0.1 %, 0.3 %
};
// clang-format on

} // namespace

std::span<const FittedKernel> fittedKernels()
{
    return table;
}

} // namespace tinsmith
