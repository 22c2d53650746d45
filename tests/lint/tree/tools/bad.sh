#!/bin/sh
cd /home/someone/vedetta # LINT absolute-path
curl https://mirror.example.org/debian # LINT host-name
