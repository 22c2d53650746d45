// SPDX-License-Identifier: MIT
// What FreeType is built with: TrueType outlines, sfnt tables, the smooth rasteriser.
FT_USE_MODULE(FT_Driver_ClassRec, tt_driver_class)
FT_USE_MODULE(FT_Module_Class, sfnt_module_class)
FT_USE_MODULE(FT_Renderer_Class, ft_smooth_renderer_class)
